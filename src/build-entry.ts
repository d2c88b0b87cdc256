// What the build thread loads: building alone, nothing of the server.
export { runBuild } from './wiring.js';
