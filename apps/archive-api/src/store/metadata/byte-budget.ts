/** Bytes that all requests of a process may hold together. */
export type ByteBudget = Readonly<{
  /** A share that starts at nothing and is given back as one. */
  share: () => BudgetShare;
}>;

export type BudgetShare = Readonly<{
  /** False when there is no room for so many more bytes; then none is taken. */
  take: (bytes: number) => boolean;
  giveBack: () => void;
}>;

export function byteBudget(bytesMax: number): ByteBudget {
  let taken = 0;
  return {
    share: () => {
      let own = 0;
      return {
        take: (bytes) => {
          if (taken + bytes > bytesMax) return false;
          taken += bytes;
          own += bytes;
          return true;
        },
        giveBack: () => {
          taken -= own;
          own = 0;
        },
      };
    },
  };
}
