// Runs in a browser's page: trains as every other engine does, and sends the report to the server that gave it.

try {
  const deepq = await import('../../dist/index.js');
  const { createReport } = await import('./report.mjs');
  await send(await createReport(deepq));
} catch (error) {
  await send({ error: String(error) });
}

async function send(report) {
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
}
