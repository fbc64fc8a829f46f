// Reads what a chart shows from the table in its figure. Numbers stand in data-value, words are shown as the server
// formatted them; an empty cell is a gap, never a zero. A column or row with data-skip is for readers only.

const number = (text) => (text === undefined || text === "" ? null : Number(text));

// The column each cell of a row stands in, less what is only read.
const drawnColumns = (table) => {
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  return heads
    .map((head, place) => ({ head, place }))
    .filter(({ head, place }) => place > 0 && !("skip" in head.dataset));
};

const read = (cell) => ({
  value: number(cell?.dataset.value),
  low: number(cell?.dataset.low),
  high: number(cell?.dataset.high),
  text: cell?.textContent.trim() ?? "",
  href: cell?.querySelector("a")?.href ?? "",
});

export const data = (figure) => {
  const table = figure.querySelector("table");
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => !("skip" in row.dataset));
  const columns = drawnColumns(table);
  const name = (head) => head.dataset.short || head.textContent.trim();
  return {
    rowTitle: table.tHead.rows[table.tHead.rows.length - 1].cells[0].textContent.trim(),
    rows: rows.map((row) => ({ name: name(row.cells[0]), at: number(row.cells[0].dataset.x) })),
    series: columns.map(({ head, place }) => ({
      name: name(head),
      as: head.dataset.as ?? "",
      cells: rows.map((row) => read(row.cells[place])),
    })),
  };
};
