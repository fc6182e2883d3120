import { registerHooks } from 'node:module';

/** Lets a thread run TypeScript sources, whose imports name the built `.js` files. */
registerHooks({
  resolve: (specifier, context, next) => {
    const isSource = specifier.startsWith('.') && context.parentURL?.endsWith('.ts') === true;
    return next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
