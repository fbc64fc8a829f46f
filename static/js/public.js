// Everything here only adds to pages that work without it.
import "./parts/form.js";
import "./parts/countdown.js";
import "./parts/zone.js";
import "./parts/scroll.js";
