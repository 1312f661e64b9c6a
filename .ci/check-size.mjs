/** The first screen's JavaScript, gzipped: what index.html loads and preloads. Plotly must not be in it. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 190;
const html = readFileSync('dist/index.html', 'utf8');
const files = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map(([, file]) => file);
let total = 0;
for (const file of files) {
  const code = readFileSync(`dist/${file}`);
  const size = gzipSync(code).length / 1000;
  total += size;
  console.log(`${size.toFixed(1).padStart(8)} kB  ${file}`);
  if (code.includes('Plotly.newPlot') || code.includes('plotly-cartesian')) {
    console.log('Plotly is in the first screen: import it only where a plot is shown.');
    process.exitCode = 1;
  }
}
console.log(`${total.toFixed(1).padStart(8)} kB gzipped in all; budget ${BUDGET_KB} kB`);
if (total > BUDGET_KB || files.length === 0) process.exitCode = 1;
