import { transferSyntaxOf } from '#dicom/transfer-syntax';
import type { Offer } from '#dicomweb/negotiate';
import { bulkdataOffers } from '#dicomweb/offers';
import { type Problem, ProblemException } from '../../problem.js';
import { agreeOnForm, type FormPorts } from '../agree-on-form.js';
import type { InstanceTarget, LocatedInstance } from '../locate.js';
import { type Asked, choose } from '../representation.js';

/** An instance, its address, and the form in which its pixels go. */
export type Member = Readonly<{
  target: InstanceTarget;
  located: LocatedInstance;
  address: string;
  offer: Offer;
}>;

const VALUES = bulkdataOffers().filter(({ multipart }) => multipart);

/** Those that can be had in a form that was asked for, each with its own; the problem of the last when there are none. */
export async function membersWithForm(
  ports: FormPorts,
  all: readonly Omit<Member, 'offer'>[],
  asked: Asked,
): Promise<readonly Member[]> {
  const members: Member[] = [];
  let problem: Problem | undefined;
  for (const one of all) {
    const { transferSyntax, frameIndex } = one.located.instance;
    const isEncapsulated = transferSyntaxOf(transferSyntax)?.encapsulated === true;
    const choice =
      isEncapsulated && frameIndex !== null
        ? await agreeOnForm(ports, one.located, { kind: 'frame', asked, single: false })
        : choose(VALUES, asked);
    if (choice.ok) members.push({ ...one, offer: choice.offer });
    else problem = choice.problem;
  }
  if (members.length === 0 && problem !== undefined) throw new ProblemException(problem);
  return members;
}
