import { transferSyntaxOf } from '#dicom/transfer-syntax';
import type { Offer } from '#dicomweb/negotiate';
import { bulkdataOffers } from '#dicomweb/offers';
import { ProblemException } from '../../problem.js';
import type { LocatedInstance, Target } from '../locate.js';
import { type Asked, choose } from '../representation.js';
import type { RetrieveFramesPorts } from '../retrieve-frames.js';

/** An instance, its address, and the form in which its pixels go. */
export type Member = Readonly<{
  target: Required<Target>;
  located: LocatedInstance;
  address: string;
  offer: Offer;
}>;

const VALUES = bulkdataOffers().filter(({ multipart }) => multipart);

/** Those that can be had in a form that was asked for, each with its own; the problem of the last when there are none. */
export function membersWithForm(
  { choose: chooseFrame }: Pick<RetrieveFramesPorts, 'choose'>,
  all: readonly Omit<Member, 'offer'>[],
  asked: Asked,
): readonly Member[] {
  const members: Member[] = [];
  let refusal: unknown;
  for (const one of all) {
    const { transferSyntax, frameIndex } = one.located.instance;
    const isEncapsulated = transferSyntaxOf(transferSyntax)?.encapsulated === true;
    try {
      const offer =
        isEncapsulated && frameIndex !== null
          ? chooseFrame('frame', asked, transferSyntax, false)
          : valueOffer(asked);
      members.push({ ...one, offer });
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      refusal = error;
    }
  }
  if (members.length === 0) throw refusal;
  return members;
}

function valueOffer(asked: Asked): Offer {
  const choice = choose(VALUES, asked);
  if (choice.ok) return choice.offer;
  throw new ProblemException(choice.problem);
}
