/**
 * Makes dist/alived, one executable that needs nothing but the C and C++ libraries: Node's single executable
 * application with the program, its code cache and the addon inside.
 *
 * In: src/cli/main.ts and what it imports, build/Release/alived.node, the pinned Node. Out: dist/alived, links
 * to it as keepalived and genhash, a Debian package of it and a Dockerfile.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { compareExchangeCode, removeLibatomic } from './lib/without-libatomic.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'build/package');
/** `--only-executable FOLDER` makes just that, there: for the test. */
const { values: asked } = parseArgs({ options: { 'only-executable': { type: 'string' } } });
const only = asked['only-executable'];
const dist = only ?? join(root, 'dist');
const node = join(root, `node_modules/node-linux-${process.arch}/bin/node`);
const addon = join(root, 'build/Release/alived.node');
const engine = join(root, 'build/Release/alived-engine');

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.error ?? result.stderr}`);
}

/** Without symbols it is a quarter smaller. Without binutils it stays as it is. */
function stripped(from, name) {
  const to = join(folder, name);
  copyFileSync(from, to);
  spawnSync('strip', ['--strip-unneeded', to]);
  return to;
}

const embedNative = {
  name: 'embed-native',
  setup: ({ onResolve }) => {
    for (const name of ['addon', 'engine-file']) {
      const path = join(root, `src/runtime/embedded-${name}.ts`);
      onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, () => ({ path }));
    }
  },
};

for (const needed of [node, addon, engine]) {
  if (!existsSync(needed)) throw new Error(`${needed} is missing; run \`npm ci\` first`);
}
rmSync(folder, { recursive: true, force: true });
rmSync(dist, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
mkdirSync(dist, { recursive: true });
await build({
  entryPoints: [join(root, 'src/cli/main.ts')],
  absWorkingDir: root,
  outfile: join(folder, 'alived.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  legalComments: 'none',
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [embedNative],
  logLevel: 'warning',
});
const config = join(folder, 'sea.json');
writeFileSync(
  config,
  JSON.stringify({
    main: join(folder, 'alived.cjs'),
    executable: stripped(node, 'node'),
    output: join(dist, 'alived'),
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Neither the environment nor the command line of a daemon changes what it runs on.
    execArgvExtension: 'none',
    assets: {
      'alived.node': stripped(addon, 'alived.node'),
      'alived-engine': stripped(engine, 'alived-engine'),
    },
  }),
);
run(node, ['--build-sea', config]);
// On other processors Node's builds are laid out otherwise, and the library stays.
const bare =
  process.arch === 'x64' && removeLibatomic(join(dist, 'alived'), compareExchangeCode(folder, run));
for (const name of ['keepalived', 'genhash']) symlinkSync('alived', join(dist, name));

/** A Debian package of it in the place of keepalived, where dpkg-deb is. */
function makePackage() {
  const from = (name) => join(root, 'scripts/debian', name);
  const tree = join(folder, 'deb');
  const put = (path, text, mode = 0o644) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(tree, path), text, { mode });
  };
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const control = readFileSync(from('control'), 'utf8');
  const filled = control
    .replace('@VERSION@', version)
    .replace('@ARCHITECTURE@', architecture)
    .replace('@ATOMIC@', bare ? '' : ', libatomic1');
  put('DEBIAN/control', filled);
  for (const name of ['postinst', 'prerm', 'postrm']) put(`DEBIAN/${name}`, readFileSync(from(name)), 0o755);
  put('lib/systemd/system/keepalived.service', readFileSync(from('keepalived.service')));
  put('usr/share/doc/alived/examples/hardened.conf', readFileSync(from('hardened.conf')));
  for (const name of ['LICENSE', 'NOTICE', 'CHANGELOG.md', 'README.md']) {
    put(`usr/share/doc/alived/${name}`, readFileSync(join(root, name)));
  }
  put('usr/share/dbus-1/system.d/org.keepalived.Vrrp1.conf', readFileSync(from('dbus-policy.conf')));
  put('usr/share/bash-completion/completions/keepalived', readFileSync(from('completion.bash')));
  for (const name of ['alived', 'genhash']) {
    symlinkSync('keepalived', join(tree, 'usr/share/bash-completion/completions', name));
  }
  put('usr/share/zsh/vendor-completions/_keepalived', readFileSync(from('completion.zsh')));
  const pages = { 'alived.8': ['alived.8', 'keepalived.8'] };
  for (const name of ['keepalived.conf.5', 'genhash.1']) pages[name] = [name];
  for (const [page, names] of Object.entries(pages)) {
    const packed = gzipSync(readFileSync(join(root, 'man', page)));
    for (const name of names) put(`usr/share/man/man${name.at(-1)}/${name}.gz`, packed);
  }
  put('usr/sbin/keepalived', readFileSync(join(dist, 'alived')), 0o755);
  symlinkSync('keepalived', join(tree, 'usr/sbin/alived'));
  mkdirSync(join(tree, 'usr/bin'));
  symlinkSync('../sbin/keepalived', join(tree, 'usr/bin/genhash'));
  mkdirSync(join(tree, 'etc/keepalived'), { recursive: true });
  const name = join(dist, `alived_${version}_${architecture}.deb`);
  run('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--build', tree, name]);
  copyFileSync(from('Dockerfile'), join(dist, 'Dockerfile'));
}

const packs = spawnSync('dpkg-deb', ['--version']).status === 0;
if (only === undefined && packs) makePackage();
else if (only === undefined) console.log('dpkg-deb is missing, so there is no Debian package');
