// Which backend works when nobody chose one: the emitted kernels where the platform has vectors and lets a program compile them,
// the plain loops everywhere else. Importing this file only says so; the backend is made when the first buffer is asked for.

import { createJsBackend, setDefaultBackend } from './backend.ts';
import { createWasmBackend } from './kernels/wasm/backend.ts';

setDefaultBackend(() => createWasmBackend() ?? createJsBackend());
