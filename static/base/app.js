// What every page has. Import these by relative path, so that each is loaded once.
import "./theme.js";
import "./toast.js";
import "./dialog.js";
import "./disclosure.js";
import "./requests.js";
