export { NotifySocket } from './notify-socket.js';
export { RunningPlant } from './running-plant.js';
