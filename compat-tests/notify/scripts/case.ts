/** Every notify script of an instance: which run, with which arguments, in which state. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

const more = ['notify_master', 'notify_backup', 'notify_fault', 'notify_stop'].map((name) => {
  return `${name} "@NOTIFY@ ${name} 'two words'"`;
});
const notify = 'notify "@NOTIFY@ generic"';
const late = 'garp_master_delay 60';

/** Both scripts of a transition are started at once, so only the set of their calls is repeatable. */
export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.notifyInAnyOrder = true;
  const note = async (name: string, act: () => Promise<unknown>, state?: string) => {
    await scene.phase(name);
    await act();
    if (state !== undefined) await scene.state(a, state);
  };
  const text = instance({ priority: 150, more: [...more, notify, late], usual: false });
  await note('backup', () => a.start(text), 'BACKUP');
  await note('master', () => scene.master(a));
  await note('fault', () => lab.cable('a', 'down'), 'FAULT');
  await note('backup again', () => lab.cable('a', 'up'), 'BACKUP');
  await note('master again', () => scene.master(a));
  await note('stop', () => a.stop());
});
