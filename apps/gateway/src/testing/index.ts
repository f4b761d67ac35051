export { NotifySocket } from './notify-socket.js';
