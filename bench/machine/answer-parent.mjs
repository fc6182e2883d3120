/** The other side of forkProcess: answers each message with one message and ends with its parent. */
export function answerParent(handle) {
  const send = (message) => {
    if (process.connected) process.send(message);
  };
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ id, kind, job }) => {
    handle(kind, job).then(
      (result) => send({ id, result }),
      (error) => send({ id, error: error.stack }),
    );
  });
}
