/** What an operation was about, in the notation of 2.2.7's messages. */
import type { IpvsDestinationId, IpvsOp, IpvsServiceId } from '../ports/ipvs.ts';
import { formatAddress } from '../wire/address.ts';

const serviceText = (id: IpvsServiceId): string =>
  id.by === 'mark' ? `Fwm ${id.mark}` : `${formatAddress(id.address)}:${id.protocol}:${id.port}`;

const destinationText = ({ address, port }: IpvsDestinationId): string => `${formatAddress(address)}:${port}`;

export function operationTarget(op: IpvsOp): string | undefined {
  switch (op.op) {
    case 'addService':
    case 'changeService':
      return serviceText(op.service.id);
    case 'removeService':
      return serviceText(op.service);
    case 'addDestination':
    case 'changeDestination':
      return `${serviceText(op.service)} -> ${destinationText(op.destination.id)}`;
    case 'removeDestination':
      return `${serviceText(op.service)} -> ${destinationText(op.destination)}`;
    default:
      return undefined;
  }
}
