// Opens the one-time link of a new owner, chooses a password, signs in, and prints the cookie to ask with.
// Arguments: the server's address, the link as `rebook user add` printed it, the mail address.
const [server, link, email] = process.argv.slice(2);
const password = "measured-with-patience";
const jar = new Map();

const ask = async (path, fields) => {
  const answer = await fetch(new URL(path, server), {
    method: fields ? "POST" : "GET",
    headers: { cookie: cookies(), ...(fields && { origin: new URL(server).origin }) },
    body: fields && new URLSearchParams(fields),
    redirect: "manual",
  });
  for (const line of answer.headers.getSetCookie()) {
    const [name, ...value] = line.split(";")[0].split("=");
    jar.set(name, value.join("="));
  }
  return answer;
};
const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
const hidden = async (path) => {
  const page = await (await ask(path)).text();
  return Object.fromEntries([...page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
};

const path = new URL(link).pathname;
await ask(path, { ...(await hidden(path)), password, again: password });
await ask("/staff/sign-in", { ...(await hidden("/staff/sign-in")), email, password });
const home = await ask("/staff");
if (home.status !== 200) throw new Error(`signing in did not work: /staff answers ${home.status}`);
console.log(cookies());
