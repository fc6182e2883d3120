import type { DuplicateFigures, FiguresAsked } from '#index/duplicate-figures';
import type { OrderCommands } from '#index/order-commands';

export const ORDERS = Symbol('Orders');

/** What the routes of orders are given. `tokenIssuer`: under whose name machines act; `wallMs`: milliseconds since 1970. */
export type OrderPorts = Readonly<{
  orders: OrderCommands;
  figuresOf: (asked: FiguresAsked, nowMs: number) => Promise<DuplicateFigures>;
  isHospital: (hospital: string) => Promise<boolean>;
  tokenIssuer: string;
  wallMs: () => number;
}>;
