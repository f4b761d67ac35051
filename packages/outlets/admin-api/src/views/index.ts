export { describeDriver, describeDriverDetail, errorReport } from './driver-view.js';
export { serviceError } from './service-view.js';
