export { openBelongings, type DriverBelongings } from './belongings.js';
export { driverFolders, type DriverFolders } from './driver-folders.js';
export { FileDriverStorage } from './file-driver-storage.js';
