/** When a cell of a grid is drawn again. */

/** For grids that do not say what their cells depend on: something new every time. */
export const always = (): unknown => Symbol('always');
