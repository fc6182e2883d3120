import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { findReceipt } from './receipts.js';
import { STORE, type StorePorts } from './store-instances.js';

/** Undefined: the hospital has no such job; null: it is not complete yet; else the receipt's JSON. */
export class FindReceipt extends Query<string | null | undefined> {
  constructor(
    readonly hospital: string,
    readonly job: string,
  ) {
    super();
  }
}

@QueryHandler(FindReceipt)
export class FindReceiptHandler implements IQueryHandler<FindReceipt> {
  constructor(@Inject(STORE) private readonly ports: StorePorts) {}

  execute({ hospital, job }: FindReceipt): Promise<string | null | undefined> {
    return findReceipt(this.ports.pool, hospital, job);
  }
}
