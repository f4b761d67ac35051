import { Option, type Command } from 'commander';
import { addDefaultCommand } from './default-command.js';
import type { Run } from '../command-run.js';
import { listCertificates } from '../commands/certificates/certs-list.js';
import { moveCertificate, type CertificateMove } from '../commands/certificates/certs-move.js';
import { ownCertificates, type OwnOptions } from '../commands/certificates/certs-own.js';

const moves: readonly (readonly [move: CertificateMove, description: string])[] = [
  ['trust', 'let the OPC UA client with this certificate in'],
  ['reject', 'let it in no more, and close what it has open'],
  ['remove', 'take it out of its store'],
];

/** `certs …` */
export function addCertificateCommands(certs: Command, run: Run): void {
  addDefaultCommand(certs, 'list')
    .description('trusted, rejected, of issuers, and the own ones of the gateway')
    .action(run(listCertificates));
  for (const [move, description] of moves) {
    certs
      .command(`${move} <thumbprint>`)
      .description(`${description}; the beginning of a thumbprint is enough`)
      .action(run((context, _options, thumbprint: string) => moveCertificate(context, move, thumbprint)));
  }
  certs
    .command('own')
    .description('the own certificates of the gateway, with what others compare')
    .option('--renew', 'make another one for the same key first')
    .addOption(new Option('--use <use>', 'which one').choices(['opcua', 'tls']))
    .action(run((context, options: OwnOptions) => ownCertificates(context, options)));
}
