// Charts of the owner's pages. Each is drawn from the table beside it, which stays for everybody who does not see it.
import { watch } from "./parts/chart-frame.js";

for (const figure of document.querySelectorAll("figure[data-chart]")) watch(figure);
