/** Why a step of a script cannot be done: the client has gone. No fault of the script's. */
export class ClientGone extends Error {}
