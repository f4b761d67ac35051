export type { Installation } from './about/local-about.js';
export { LocalDevices, type LocalDevicesDependencies } from './devices/local-devices.js';
export { tellDevice } from './devices/tell-device.js';
export { LocalControl, type LocalControlDependencies } from './local-control.js';
export type { TagImporter } from './configuration/local-config.js';
export { LocalCertificates, type CertificateServer, type LocalCertificatesDependencies } from './local-certificates.js';
