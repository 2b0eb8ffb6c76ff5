// The first line of the input is what to work with; each further one a number of milliseconds, answered with the microseconds of
// processor time of one unit.
import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export const input = JSON.parse((await lines.next()).value);

export const takeTurns = async (unit) => {
  for await (const line of lines) {
    const until = performance.now() + Number(line);
    const before = process.cpuUsage();
    let made = 0;
    while (performance.now() < until) {
      await unit();
      made++;
    }

    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / made);
  }
};

/** The presentations, one after the other. */
let next = 0;
export const presentation = () => input.presented[next++ % input.presented.length];
