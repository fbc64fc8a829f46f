// The calendar of the desk. Everything it shows comes from the server, which also decides what may be done; without it
// the list stays.
import { start } from "./parts/calendar-frame.js";

const page = document.querySelector("[data-calendar-page]");
if (page) start(page);
