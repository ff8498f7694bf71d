// Runs before every test file: tests are held on the backend a user gets, or on the JavaScript one with `vitest run --mode js`.

import { createJsBackend } from '../../src/tensor/backend.ts';
import { useBackend } from '../../src/tensor/current-backend.ts';

if (process.env.MODE === 'js') useBackend(createJsBackend());
