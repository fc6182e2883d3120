import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { VerifyToken } from '#platform/verify-token';
import { type Answer, sendAnswer } from '../answer.js';
import { Open } from '../caller/permit.guard.js';
import { badRequest, forbidden, notFound, ProblemException } from '../problem.js';
import { FIRST_LOOK, type FirstLook } from './first-look.js';
import { demoPage, plainPage, startingPage } from './home-page.js';
import { OFFERED_HOSPITALS, type OfferedHospitals } from './offered-hospitals.js';
import { readForm } from './read-form.js';
import { isOwnForm, sessionCookie, sessionToken } from './session.js';

export const SESSION_VERIFIER = Symbol('SessionVerifier');

const SESSION_S = 8 * 3600;
const NOT_OUR_FORM = 'The form was not sent from the start page, opened under its own address.';

/** The start page; in a demonstration it signs a newcomer in. */
@Controller()
export class HomeController {
  constructor(
    @Inject(FIRST_LOOK) private readonly firstLook: FirstLook,
    @Inject(OFFERED_HOSPITALS) private readonly hospitals: OfferedHospitals,
    @Inject(SESSION_VERIFIER) private readonly verify: VerifyToken,
  ) {}

  @Open()
  @Get()
  async home(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return sendAnswer(reply, await this.page(request));
  }

  @Open()
  @Post('sign-in')
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { issuer } = this.firstLook;
    if (issuer === undefined) throw new ProblemException(notFound());
    if (!isOwnForm(request)) throw new ProblemException(forbidden(NOT_OUR_FORM));
    const wanted = (await readForm(request.raw))?.get('hospital');
    const chosen = (await this.hospitals()).find(({ hospital }) => hospital === wanted);
    if (chosen === undefined)
      throw new ProblemException(badRequest('The form names no hospital of this archive.'));
    const token = await issuer.sign({
      organisation: chosen.hospital,
      roles: ['radiologist'],
      subject: 'demo-radiologist',
      issuedAtS: Math.floor(Date.now() / 1000),
      lifetimeS: SESSION_S,
    });
    return sendAnswer(reply, goTo('/viewer/', sessionCookie(request, token)));
  }

  @Open()
  @Post('sign-out')
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (this.firstLook.issuer === undefined) throw new ProblemException(notFound());
    if (!isOwnForm(request)) throw new ProblemException(forbidden(NOT_OUR_FORM));
    return sendAnswer(reply, goTo('/', sessionCookie(request, '')));
  }

  private async page(request: FastifyRequest): Promise<Answer> {
    if (this.firstLook.issuer === undefined) return plainPage();
    const hospitals = await this.hospitals();
    if (hospitals.length === 0) return startingPage();
    const token = sessionToken(request);
    const verdict = token === undefined ? undefined : await this.verify(token);
    return demoPage(hospitals, verdict?.ok ? verdict.caller.organisation : undefined);
  }
}

/* After a form: the browser goes on with GET, and going back doesn't send the form again (RFC 9110 §15.4.4). */
const goTo = (location: string, cookie: string): Answer => ({
  status: 303,
  headers: { location, 'set-cookie': cookie, 'cache-control': 'no-store', 'content-length': 0 },
});
