// Asks a running server for every free time of the next three months and prints one booking a line, as a JSON body.
// Arguments: the server's address, the number of locations.
const [server, locations] = process.argv.slice(2);
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

const bodies = [];
for (let location = 1; location <= Number(locations); location++) {
  const query = new URLSearchParams({ service: "service-1", location: `location-${location}`, from: day(2), to: day(88) });
  const answer = await fetch(`${server}/api/v1/availability?${query}`);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const { days } = await answer.json();
  for (const times of Object.values(days))
    for (const { start, providers } of times)
      for (const provider of providers) bodies.push([start, provider, `location-${location}`]);
}

// Neighbours in time are booked by different clients at about the same moment, as on a busy day.
bodies.sort((one, other) => (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0));
bodies.forEach(([start, provider, location], number) => {
  const client = { first_name: "Bench", last_name: `Number ${number}`, email: `bench.${number}@example.com` };
  console.log(JSON.stringify({ service: "service-1", start, provider, location, client }));
});
