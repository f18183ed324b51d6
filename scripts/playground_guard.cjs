// Loaded into the Playground's process (`node --require`). Two things it does not do by itself: it listens on this
// machine only, and it ends with whoever started it, because the pipe on its standard input closes even when that
// process was killed.
"use strict";

const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === "number" ? listen.call(this, port, "127.0.0.1", ...rest) : listen.call(this, port, ...rest);
};

process.stdin.on("end", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));
process.stdin.resume();
