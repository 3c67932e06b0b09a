import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SimIpvs } from '../sim/ipvs.ts';
import { SyncDaemons } from './sync-daemons.ts';

const settings = { interface: 'eth0', syncId: 3 };

class Played {
  readonly ipvs = new SimIpvs();
  readonly logged: string[] = [];

  process(): SyncDaemons {
    return new SyncDaemons(this.ipvs, (...line) => this.logged.push(line.join(' ')));
  }

  get running(): string[] {
    const found = this.ipvs.daemons();
    assert.ok(found.ok);
    return found.value.map(({ role, syncId, port }) => `${role} ${syncId} ${port ?? ''}`.trim()).sort();
  }
}

describe('synchronisation daemons beside the checkers', () => {
  it('run in both roles, anew with other settings, and end with the process or without the keyword', () => {
    const played = new Played();
    const daemons = played.process();
    daemons.configure(settings);
    assert.deepEqual(played.running, ['backup 3', 'master 3']);
    daemons.configure({ ...settings, port: 9000 });
    assert.deepEqual(played.running, ['backup 3 9000', 'master 3 9000']);
    daemons.configure(undefined);
    assert.deepEqual(played.running, []);
    daemons.configure(settings);
    daemons.stop();
    assert.deepEqual(played.running, []);
    assert.deepEqual(played.logged, []);
  });

  it('are taken over from a process that was killed, unless their settings are others', () => {
    const played = new Played();
    played.process().configure({ ...settings, port: 9000 });
    played.process().configure({ ...settings, port: 9000 });
    played.process().configure(settings);
    assert.deepEqual(played.running, ['backup 3', 'master 3']);
    assert.deepEqual(played.logged, []);
  });

  it('that the kernel refuses are tried again by the next reload', () => {
    const played = new Played();
    played.ipvs.apply([{ op: 'startDaemon', daemon: { role: 'master', interface: 'other', syncId: 9 } }]);
    const daemons = played.process();
    daemons.configure(settings);
    assert.deepEqual(played.logged, ['ipvs-refused startDaemon 17']);
    played.ipvs.apply([{ op: 'stopDaemon', role: 'master', syncId: 9 }]);
    daemons.configure(settings);
    assert.deepEqual(played.running, ['backup 3', 'master 3']);
  });
});
