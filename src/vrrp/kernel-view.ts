/** The kernel with interfaces that look different from what it says; everything else passes through. */
import type { Kernel, KernelEvent, Link } from '../ports/kernel.ts';

export abstract class KernelView implements Kernel {
  protected readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** What the users of this view see in place of an interface. */
  protected abstract seen<T extends Link | undefined>(link: T): T;
  abstract subscribe(listener: (event: KernelEvent) => void): void;

  /** Whether every interface looks as it is, so that long lists need no copy. */
  protected abstract get plain(): boolean;

  links: Kernel['links'] = () => {
    const links = this.kernel.links();
    return this.plain ? links : links.map((link) => this.seen(link));
  };

  linkByName: Kernel['linkByName'] = (name) => this.seen(this.kernel.linkByName(name));
  linkByIndex: Kernel['linkByIndex'] = (index) => this.seen(this.kernel.linkByIndex(index));
  addresses: Kernel['addresses'] = (ifindex) => this.kernel.addresses(ifindex);
  apply: Kernel['apply'] = (ops) => this.kernel.apply(ops);
  changeLinks: Kernel['changeLinks'] = (ops) => this.kernel.changeLinks(ops);
  reread: Kernel['reread'] = () => this.kernel.reread();
  drain: Kernel['drain'] = () => this.kernel.drain();
}
