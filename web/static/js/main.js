// The frame's one entry. A screen's own module goes to js/pages/ and is loaded by itself.
import "./bell.js";
import "./frame.js";
import "./held.js";
import "./keys.js";
import "./live.js";
import "./omni.js";
import "./panel.js";
import "./pop.js";
import "./times.js";
import "./toast.js";
