/** How many downloads run at once in a window: the bounds of the setting, and what it is where nobody says. */
export const downloadBounds = { minimum: 1, maximum: 16, default: 3 } as const;
