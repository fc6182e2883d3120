/** How large a message may be; each is more than any hospital's feed of patients and orders has. */
export type MessageLimits = Readonly<{
  messageBytesMax: number;
  segmentsMax: number;
  fieldsMax: number;
  repetitionsMax: number;
  componentsMax: number;
  subcomponentsMax: number;
}>;

export const MESSAGE_LIMITS: MessageLimits = {
  messageBytesMax: 1024 * 1024,
  segmentsMax: 1_000,
  fieldsMax: 500,
  repetitionsMax: 200,
  componentsMax: 100,
  subcomponentsMax: 100,
};
