/**
 * `npm run sim -- [seeds] [first]`: long runs of the simulator, every seed without and with an engine. In:
 * how many seeds. Out: simulated hours and every violation with its seed; exit status 1 if there was one.
 */
import { runSeed } from '../src/sim/run.ts';

const [count = '20000', first = '1'] = process.argv.slice(2);
const violations: string[] = [];
let simulatedUs = 0;
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  for (const engine of [false, true]) {
    const result = runSeed(seed, { engine });
    simulatedUs += result.simulatedUs * result.shape.priorities.length;
    const name = engine ? `seed ${seed} with an engine` : `seed ${seed}`;
    for (const { invariant, detail } of result.violations) {
      violations.push(`${name}: ${invariant}: ${detail} (${result.history.join(', ')})`);
    }
  }
}
console.log(`${count} seeds from ${first}: ${(simulatedUs / 3.6e9).toFixed(1)} router hours simulated`);
for (const violation of violations) console.log(violation);
console.log(`${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
