"use strict";
// The engine holds the other end of standard input: it closes when the engine ends, even when that was killed.
process.stdin.on("close", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));
process.stdin.resume();
