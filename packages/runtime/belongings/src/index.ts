export { openBelongings, type DriverBelongings, type OpenBelongings } from './belongings.js';
export { driverFolders, type DriverFolders } from './driver-folders.js';
export { FileDriverStorage } from './file-driver-storage.js';
