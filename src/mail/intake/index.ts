/**
 * Intake: the one door through which every letter enters, whoever wrote it.
 * In: an envelope, a content, a peer. Out: an entry in the queue, or a refusal in the words of SMTP.
 * Never: an acceptance before the letter is on disk, a refusal after it.
 */
export * from './arriving-mail.ts'
export * from './intake.ts'
export { entryName, type IntakeNeeds, makeIntake } from './make-intake.ts'
export { countReceived, limitSize, refuseLoops, type Stage, walk } from './stage.ts'
