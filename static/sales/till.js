// The till: each module minds one part of the screen.
import "./cart.js";
import "./filter.js";
import "./pick.js";
import "./pay.js";
