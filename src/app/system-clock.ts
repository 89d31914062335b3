import { type Clock, instant } from '#base/clock'

export const systemClock: Clock = () => instant(Date.now())
