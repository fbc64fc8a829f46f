// Writes a transaction log of so many lines to standard output: clients with rates and lives of their own, as BG/NBD has them.
// node clv_log.mjs LINES
import { once } from 'node:events';

const lines = Number(process.argv[2]);
let state = 0x9e3779b9;
// Mulberry32: the same log every time.
function chance() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}
const wait = (mean) => -mean * Math.log(1 - chance());
const first = Date.UTC(2022, 0, 1);
const date = (day) => new Date(first + day * 86_400_000).toISOString().slice(0, 10);
const dates = Array.from({ length: 1100 }, (_, day) => date(day));

let written = 0;
let text = 'client_id,date,amount\n';
for (let client = 0; written < lines; client += 1) {
  // About ten visits each on average, a third of the clients once.
  const mean = 12 + wait(40);
  const leaves = 0.03 + 0.5 * chance() ** 3;
  for (let day = 400 * chance(); day < 1095 && written < lines; day += 1 + wait(mean)) {
    text += `client-${client},${dates[Math.floor(day)]},${(20 + wait(60)).toFixed(2)}\n`;
    written += 1;
    if (text.length > 1 << 20) {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
      text = '';
    }
    if (chance() < leaves) break;
  }
}
process.stdout.write(text);
