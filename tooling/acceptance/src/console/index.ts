export { ConsoleBrowser, type WindowOptions } from './console-browser.js';
export { ConsolePage } from './console-page.js';
