// Starts a command (after the address to ask), waits for its first good answer, and prints "pid milliseconds".
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import http from "node:http";

const [address, log, command, ...rest] = process.argv.slice(2);
const out = openSync(log, "a");
const started = process.hrtime.bigint();
const child = spawn(command, rest, { detached: true, stdio: ["ignore", out, out] });
child.unref();

const ask = () =>
  new Promise((resolve) => {
    const request = http.get(address, { agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode < 500);
    });
    request.on("error", () => resolve(false));
  });

const deadline = Date.now() + 30_000;
while (!(await ask())) {
  if (Date.now() > deadline || child.exitCode !== null) {
    console.error(`${command} did not answer at ${address}; see ${log}`);
    process.exit(1);
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
console.log(child.pid, Number((process.hrtime.bigint() - started) / 1000n) / 1000);
