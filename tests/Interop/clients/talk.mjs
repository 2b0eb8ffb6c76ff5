// How a test talks with a client: one JSON object a line, the test's on standard input, the client's on standard output.
// A client that fails throws: the process ends with what failed on standard error, and so does the test.
import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export const listen = async () => JSON.parse((await lines.next()).value);

export const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
