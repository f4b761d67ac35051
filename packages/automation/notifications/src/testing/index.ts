export { TestMailServer, type ReceivedMail } from './test-mail-server.js';
