/** `SSL { … }`: what every SSL_GET uses as a TLS client. */
import { text } from '../codecs/codec.ts';
import { newScope } from '../drafts.ts';
import { block, scalar } from './row.ts';

const parameter = (doc: string, name: string) =>
  scalar(text, {
    doc,
    process: 'checker',
    missing: `SSL ${name} missing`,
    repeat: 'replace',
    again: `SSL ${name} already specified - replacing`,
  });

export const sslContextRows = {
  password: parameter('Password of the key.', 'password'),
  ca: parameter('File of certificates to trust.', 'cafile'),
  certificate: parameter('File of the own certificate.', 'certfile'),
  key: parameter('File of the key.', 'keyfile'),
};

export const ssl = block({
  doc: 'TLS parameters of SSL_GET.',
  args: '',
  process: 'checker',
  rows: sslContextRows,
  open: (line, _scope, session) => {
    if (session.lvs.ssl) session.report('SSL context already specified - replacing', line);
    session.lvs.ssl = newScope('other', '', line);
    return session.lvs.ssl;
  },
});
