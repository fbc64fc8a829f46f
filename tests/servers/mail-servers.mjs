// Mail servers that are not ours, for tests/it/transport.rs: one plain, one with STARTTLS, one encrypted from the first
// byte, each with sign-in, on free ports of this machine.
//
// The argument is JSON: { certificate, key, user, password, records }. The first line printed names the ports; every
// mail that arrives is one more line: its envelope, what mailparser reads in it, and what mailauth says about its DKIM
// signature, asking `records` instead of the DNS. Lines of JSON on standard input change the settings. When standard
// input ends, so does this program: it never outlives the test that started it.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const { SMTPServer } = require("smtp-server");
const { simpleParser } = require("mailparser");
const { dkimVerify } = require("mailauth/lib/dkim/verify");

const settings = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");

const resolver = async (name, type) => {
  const found = type === "TXT" && settings.records[name];
  if (found) return [[found]];
  throw Object.assign(new Error(`nothing is known about ${name}`), { code: "ENOTFOUND" });
};

async function record(server, session, raw) {
  const parsed = await simpleParser(raw);
  const { results } = await dkimVerify(raw, { resolver });
  say({
    server,
    user: session.user ?? null,
    from: session.envelope.mailFrom.address,
    to: session.envelope.rcptTo.map((recipient) => recipient.address),
    encrypted: session.secure,
    subject: parsed.subject ?? "",
    text: parsed.text ?? "",
    html: parsed.html || "",
    headers: parsed.headerLines.map(({ key, line }) => [key, line]),
    attachments: parsed.attachments.map(({ filename, contentType, content }) => ({
      name: filename ?? "",
      type: contentType,
      text: content.toString("utf8"),
    })),
    dkim: results.map(({ status, signingDomain, selector, info }) => ({
      result: status.result,
      comment: status.comment ?? "",
      domain: signingDomain ?? "",
      selector: selector ?? "",
      info: info ?? "",
    })),
    longest_line: Math.max(...raw.toString("latin1").split("\r\n").map((line) => line.length)),
    raw: raw.toString("latin1"),
  });
}

function serve(name, options) {
  const server = new SMTPServer({
    key: readFileSync(settings.key),
    cert: readFileSync(settings.certificate),
    disableReverseLookup: true,
    logger: false,
    // DATA is answered when the mail is on record, so that whoever was told "taken" finds it there.
    onData(stream, session, answer) {
      const parts = [];
      stream.on("data", (part) => parts.push(part));
      stream.on("error", answer);
      stream.on("end", () => record(name, session, Buffer.concat(parts)).then(() => answer(), answer));
    },
    onAuth({ method, username, password }, session, answer) {
      if (username !== settings.user || password !== settings.password) {
        return answer(Object.assign(new Error("wrong user or password"), { responseCode: 535 }));
      }
      answer(null, { user: `${username} by ${method}` });
    },
    ...options,
  });
  server.on("error", () => {});
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve([name, server.server.address().port])));
}

const ports = await Promise.all([
  serve("plain", { authOptional: true, hideSTARTTLS: true, disabledCommands: ["STARTTLS"], allowInsecureAuth: true }),
  serve("login", { authMethods: ["LOGIN"], hideSTARTTLS: true, allowInsecureAuth: true }),
  serve("starttls", { authMethods: ["PLAIN"] }),
  serve("implicit", { secure: true, authMethods: ["PLAIN", "LOGIN"] }),
]);
say({ ports: Object.fromEntries(ports) });

const orders = createInterface({ input: process.stdin });
orders.on("line", (line) => {
  Object.assign(settings, JSON.parse(line));
  say({ done: true });
});
orders.on("close", () => process.exit(0));
