import type { Flow } from './flow.js';
import { isSameProgram, isSameStretch } from './join-controls.js';
import type { ObservationPoint } from './observation-point.js';

/** A data connection, as it was at each point where it was seen. */
export interface JoinedFlow {
  readonly seen: Map<ObservationPoint, Flow>;
}

/** The same connections at several points, by their sequence numbers; those that programs tell of, by their ends. */
export function joinData(flows: readonly Flow[]): readonly JoinedFlow[] {
  const joined: JoinedFlow[] = [];
  const byIsn = new Map<number, JoinedFlow[]>();
  const byPort = new Map<number, JoinedFlow[]>();
  for (const flow of flows) {
    const candidates = (flow.isn === undefined ? undefined : byIsn.get(flow.isn)) ?? [];
    const samePort = byPort.get(flow.responder.port) ?? [];
    const others = flow.point.program ? samePort : joined;
    const known =
      candidates.find(({ seen }) => !seen.has(flow.point)) ??
      (flow.isn === undefined ? others.find((each) => isSame(each, flow)) : undefined);
    if (known) known.seen.set(flow.point, flow);
    else {
      const fresh = { seen: new Map([[flow.point, flow]]) };
      joined.push(fresh);
      byPort.set(flow.responder.port, samePort);
      samePort.push(fresh);
      if (flow.isn !== undefined) byIsn.set(flow.isn, [...candidates, fresh]);
    }
  }
  return joined;
}

function isSame({ seen }: JoinedFlow, flow: Flow): boolean {
  if (seen.has(flow.point)) return false;
  for (const other of seen.values())
    if (flow.point.program ? isProgram(flow, other) : isSameStretch(flow, other)) return true;
  return false;
}

/** Until it is open a program does not know its own port. */
function isProgram(program: Flow, other: Flow): boolean {
  const port = program.initiator.port === 0 ? other.initiator.port : program.initiator.port;
  return isSameProgram({ ...program, initiator: { host: program.initiator.host, port } }, other);
}
