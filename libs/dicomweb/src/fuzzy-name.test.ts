import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameKeys, soundsAlike, soundsLike } from './fuzzy-name.js';

/** Query, then name. All of them common names put together at will. */
const pairs = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((part) => part.trim()) as [string, string]);

const finds = (query: string, name: string) => {
  const sounds = soundsLike(query);
  return sounds !== undefined && soundsAlike(new Set(nameKeys(name)), sounds);
};

const ALIKE = {
  'accents and their spellings': `
    Müller | Mueller^Anna
    Müller | Muller^Anna
    Mueller | Müller^Anna
    Mueller | Muller^Anna
    Muller | Müller^Anna
    Muller | Mueller^Anna
    Weiß | Weiss^Karl
    Weiss | Weiß^Karl
    Jäger | Jaeger^Tim
    Jäger | Jager^Tim
    Jager | Jaeger^Tim
    Schröder | Schroeder^Eva
    Schröder | Schroder^Eva
    Groß | Gross^Udo
    Strauß | Strauss^Udo
    Køhler | Koehler^Udo
    Æbersold | Aebersold^Udo
    Łukas | Lukas^Jan
    Noël | Noel^Luc
    François | Francois^Luc
    René | Rene^Luc
    Zoë | Zoe^Luc
    João | Joao^Rui
    Conceição | Conceicao^Rui
    Gonçalves | Goncalves^Rui
    Goncalves | Gonçalves^Rui
    Gonçalves | Gonzalves^Rui
    Gonzalves | Gonçalves^Rui
    Goncalves | Gonzalves^Rui
    Gonzalves | Goncalves^Rui
    Gonsalves | Gonçalves^Rui
    Muñoz | Munoz^Luis
    Ångström | Angstroem^Liv
    MÜLLER^ANNA | müller^anna`,
  'German spelling': `
    Schmidt | Schmitt^Jan
    Schmitt | Schmidt^Jan
    Schmid | Schmidt^Jan
    Meyer | Maier^Jan
    Meyer | Meier^Jan
    Meyer | Mayer^Jan
    Maier | Meyer^Jan
    Maier | Mayer^Jan
    Meier | Mayer^Jan
    Mair | Mayer^Jan
    Mayr | Maier^Jan
    Bäcker | Becker^Jan
    Fischer | Fisher^Jan
    Hoffmann | Hofmann^Jan
    Hoffman | Hofmann^Jan
    Schultz | Schulz^Jan
    Schulz | Schultz^Jan
    Kohl | Kol^Jan
    Thill | Til^Jan
    Till | Thill^Jan
    Tiel | Thiel^Jan
    Brandt | Brand^Jan
    Brandt | Brant^Jan
    Pfeiffer | Pfeifer^Jan
    Walther | Walter^Jan
    Rainer | Reiner^Jan
    Krämer | Kremer^Jan
    Kramer | Krämer^Jan
    Wagner | Vagner^Jan
    Haas | Has^Jan
    Fritz | Fritsz^Jan
    Neumann | Neuman^Jan
    Zimmermann | Zimmerman^Jan
    Böhm | Boehm^Jan
    Wolff | Wolf^Jan
    Günther | Guenter^Jan
    Matthias | Mathias^Jan
    Christian | Kristian^Jan
    Karl | Carl^Otto
    Dietrich | Ditrich^Jan
    Bernhard | Bernard^Jan
    Gerhardt | Gerhard^Jan
    Theodor | Teodor^Jan
    Ruth | Rut^Eva
    Lentz | Lenz^Jan
    Eckert | Ekert^Jan`,
  'French spelling': `
    Philippe | Filipe^Ana
    Filipe | Philippe^Ana
    Philipp | Philippe^Ana
    Jacques | Jaques^Ana
    Jaques | Jacques^Ana
    Jacquet | Jaquet^Ana
    Dominique | Dominik^Ana
    Frédéric | Frederick^Ana
    Éric | Erik^Ana
    Thierry | Tierry^Ana
    Dupont | Duppont^Ana
    Beaumont | Bomont^Ana
    Moreau | Moro^Ana
    Rousseau | Rousso^Ana
    Yannick | Jannick^Ana
    Yves | Ives^Ana
    Cécile | Cecille^Ana
    Georges | George^Ana
    Georges | Georg^Ana
    Raphaël | Rafael^Ana
    Joséphine | Josefine^Ana
    Stéphane | Stefane^Ana
    Sophie | Sofie^Ana
    Mathieu | Matthieu^Ana
    Lefebvre | Lefèbvre^Ana
    Lacroix | La Croix^Ana
    Dubois | Du Bois^Ana
    Leclerc | Le Clerc^Ana
    Marie | Mary^Ana
    Nicolas | Nikolas^Ana
    Marc | Mark^Ana
    Lucas | Lukas^Ana
    Thérèse | Terese^Ana`,
  'Portuguese spelling': `
    Souza | Sousa^Eva
    Fernandez | Fernandes^Eva
    Lopez | Lopes^Eva
    Gomez | Gomes^Eva
    Rodriguez | Rodrigues^Eva
    Henriquez | Henriques^Eva
    Vasconcellos | Vasconcelos^Eva
    Mello | Melo^Eva
    França | Franca^Eva
    França | Fransa^Eva
    Lourenço | Lourenso^Eva
    Mattos | Matos^Eva
    Thiago | Tiago^Eva
    Magalhães | Magalhaes^Eva
    Antunes | Antunez^Eva
    Assunção | Assuncao^Eva
    Luiz | Luís^Eva`,
  'English spelling': `
    Brown | Braun^Eva
    McDonald | MacDonald^Eva
    Mc Donald | McDonald^Eva
    O'Neil | ONeil^Eva
    ONeil | O'Neil^Eva
    O’Neil | O'Neil^Eva
    Philips | Phillips^Eva
    Alan | Allan^Eva
    Geoffrey | Jeoffrey^Eva
    Stephen | Stefen^Eva
    Jonson | Johnson^Eva
    Mathew | Matthew^Eva
    Elliott | Eliot^Eva
    Saint John | St. John^Eva`,
  'components in another order, left out, or more of them': `
    Anna^Müller | Müller^Anna
    Müller^Anna | Anna^Müller
    anna müller | Müller^Anna
    Müller, Anna | Müller^Anna
    Müller | Müller^Anna
    Anna | Müller^Anna
    Müller^Anna | Müller^Anna^Maria
    Müller^Maria | Müller^Anna^Maria
    Müller^Anna^Maria | Müller^Anna
    Maria Anna Müller | Müller^Anna
    Müller^Anna Maria | Müller^Anna^Maria
    Müller^A | Müller^Anna
    Müller^A. | Müller^Anna
    Müller^Anna | Müller^A.
    Dr. Anna Müller | Müller^Anna
    Müller^Anna | Müller^Anna^^Dr.
    Müller^Anna^^^ | Müller^Anna
    silva santos maria | Silva Santos^Maria João
    Santos^Maria | Silva Santos^Maria João`,
  'hyphens and particles': `
    Müller-Lüdenscheidt | Müller Lüdenscheidt^Eva
    Müller | Müller-Weiss^Eva
    Weiss-Müller | Müller-Weiß^Eva
    Dupont^Anne-Marie | Dupont^Annemarie
    Dupont^Annemarie | Dupont^Anne-Marie
    Dupont^Anne Marie | Dupont^Anne-Marie
    Dupont^Jean-Pierre | Dupont^Jean Pierre
    Dupont^Anne-Marie | Dupont^Anne
    Jean-Pierre Dupont | Dupont^Jeanpierre
    van den Berg | Vandenberg^Jan
    Vandenberg | van den Berg^Jan
    Berg | van den Berg^Jan
    van den Berg | Berg^Jan
    von Goethe | Goethe^Jan
    de la Cruz | Delacruz^Jan
    Delacruz | de la Cruz^Jan
    De Oliveira | Oliveira^Jan
    Oliveira | de Oliveira^Jan
    dos Santos | Santos^Jan
    Santos | dos Santos^Jan
    da Silva | Silva^Jan
    Silva Costa | da Silva e Costa^Jan
    D'Almeida | Almeida^Jan
    Almeida | d'Almeida^Jan
    Dalmeida | D'Almeida^Jan
    Le^Anh | Le^Anh
    Le Goff | Legoff^Jan
    Ibn Rushd | Rushd^Jan`,
  'other scripts and all component groups': `
    山田 | Yamada^Tarou=山田^太郎=やまだ^たろう
    山田太郎 | Yamada^Tarou=山田^太郎=やまだ^たろう
    山田 太郎 | Yamada^Tarou=山田^太郎=やまだ^たろう
    太郎^山田 | Yamada^Tarou=山田^太郎=やまだ^たろう
    やまだ | Yamada^Tarou=山田^太郎=やまだ^たろう
    ヤマダ | Yamada^Tarou=山田^太郎=やまだ^たろう
    ﾔﾏﾀﾞ | Yamada^Tarou=山田^太郎=やまだ^たろう
    Tarou Yamada | Yamada^Tarou=山田^太郎=やまだ^たろう
    Yamada=山田 | Yamada^Tarou=山田^太郎=やまだ^たろう
    =山田 | Yamada^Tarou=山田^太郎=やまだ^たろう
    김 | Kim^Hee=김^희
    김희 | Kim^Hee=김^희
    Иванов | Иванов^Пётр
    Пётр Иванов | Иванов^Петр
    Παπάς | Παπας^Νικος`,
  'wildcards at the edges of words': `
    *müller* | Mueller^Anna
    *Mueller* | Müller^Anna
    Müller^* | Mueller^Anna
    *schmidt* | Schmitt^Jan`,
};

const UNLIKE = `
  Müller | Möller^Anna
  Müller | Miller^Anna
  Müller | Mahler^Anna
  Müller | Müllerova^Anna
  Müller | Mullins^Anna
  Müller | Moulin^Anna
  Müller^Anna | Müller^Hanna
  Müller^Anna | Müller^Anni
  Müller^Anna | Müller^Ina
  Müller^Anna | Müller^Maria
  Müller^Anna | Meyer^Anna
  Müller^Anna | Müller
  Müller^B | Müller^Anna
  Müller^Anna | Müller^B.
  Müller^Anna^Maria | Müller^Lena
  Müller^Anna^Maria | Müller^Anna^Lena
  Schmidt | Schmieder^Jan
  Schmidt | Schneider^Jan
  Schmidt | Schumacher^Jan
  Schmidt | Smith^Jan
  Schmidt | Schott^Jan
  Meyer | Mayor^Jan
  Meyer | Mauer^Jan
  Meyer | Meurer^Jan
  Meyer | Beyer^Jan
  Maier | Moore^Jan
  Weiß | Wiese^Jan
  Weiß | Voss^Jan
  Weiß | Weisse^Jan
  Weiß | Wyss^Jan
  Becker | Bäckers^Jan
  Becker | Bucher^Jan
  Fischer | Fichter^Jan
  Bauer | Bayer^Jan
  Schulz | Schulze^Jan
  Schulz | Scholz^Jan
  Lang | Lange^Jan
  Klein | Kline^Jan
  Hoffmann | Hartmann^Jan
  Hoffmann | Neumann^Jan
  Wolf | Wulf^Jan
  Vogel | Vogt^Jan
  Peters | Petersen^Jan
  Jansen | Hansen^Jan
  Zander | Sander^Jan
  Thill | Tell^Jan
  Thill | Dill^Jan
  Thill | Thiller^Jan
  Till | Tull^Jan
  Brandt | Brenta^Jan
  Haas | Hess^Jan
  Philippe | Philomène^Ana
  Philippe | Felipa^Ana
  Filipe | Filipa^Ana
  Jacques | Jacqueline^Ana
  Jacques | Jack^Ana
  Dupont | Dumont^Ana
  Dupont | Durand^Ana
  Martin | Martins^Ana
  Martin | Martine^Ana
  Martin | Martinez^Ana
  Michel | Michelle^Ana
  Simon | Simone^Ana
  Jean | Jan^Ana
  Jean | Joan^Ana
  Louis | Louise^Ana
  Denis | Denise^Ana
  Paul | Paula^Ana
  Paul | Pol^Ana
  Marie | Maria^Ana
  Marc | Marco^Ana
  Lucas | Luca^Ana
  Petit | Petitjean^Ana
  Robert | Roberto^Ana
  Laurent | Laurence^Ana
  Moreau | Morel^Ana
  Leroy | Leroux^Ana
  Gonçalves | Gonzalez^Rui
  Gonçalves | Gonçalo^Rui
  Fernandes | Fernando^Rui
  Rodrigues | Rodrigo^Rui
  Lopes | Lobos^Rui
  Gomes | Gama^Rui
  Souza | Sosa^Rui
  Silva | Salva^Rui
  Silva | Silveira^Rui
  Pereira | Ferreira^Rui
  Pereira | Perreau^Rui
  Santos | Santiago^Rui
  Costa | Castro^Rui
  Carvalho | Carvajal^Rui
  Oliveira | Olivier^Rui
  Brown | Brun^Eva
  Brown | Bron^Eva
  Johnson | Jansen^Eva
  Johnson | Johnston^Eva
  Williams | Wilson^Eva
  Taylor | Tyler^Eva
  McDonald | McDowell^Eva
  Phillips | Philipson^Eva
  Harris | Horace^Eva
  Alan | Elan^Eva
  Berg | Burg^Jan
  Berg | Bergmann^Jan
  van den Berg | van den Bosch^Jan
  van den Berg | van der Burg^Jan
  von Goethe | von Gruber^Jan
  de la Cruz | de la Croix^Jan
  dos Santos | dos Reis^Jan
  da Silva | da Costa^Jan
  van | van den Berg^Jan
  de | de Oliveira^Jan
  dos | dos Santos^Jan
  Dupont^Anne-Marie | Dupont^Marianne
  Dupont^Jean-Pierre | Dupont^Jean-Paul
  Silva Santos^Maria | Silva^Mario
  山田 | Yamamoto^Tarou=山本^太郎=やまもと^たろう
  山田太郎 | Yamada^Jirou=山田^次郎=やまだ^じろう
  やまだ | Yamamoto^Tarou=山本^太郎=やまもと^たろう
  Yamada=山本 | Yamada^Tarou=山田^太郎
  김 | Lee^Hee=이^희
  Иванов | Иванова^Анна
  A | Müller^Anna
  A* | Müller^Anna
  M?ller | Müller^Anna
  M*r | Müller^Anna
  * | Müller^Anna
  ^ | Müller^Anna
  Müller | ^Anna
  1234 | Müller^Anna`;

describe.each(Object.entries(ALIKE))('%s', (_, text) => {
  test.each(pairs(text))('«%s» finds %s', (query, name) => expect(finds(query, name)).toBe(true));
});

describe('what only looks alike', () =>
  test.each(pairs(UNLIKE))('«%s» does not find %s', (query, name) =>
    expect(finds(query, name)).toBe(false),
  ));

describe('any text', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 2_000 });
  const words = fc.array(
    fc.constantFrom('Müller', 'van', 'A', 'd’', '^', '=', ' ', '-', '*', '山田'),
  );
  const names = words.map((some) => some.join(''));

  test('has a bounded number of keys', () =>
    fc.assert(
      fc.property(fc.oneof(texts, names), (text) => {
        expect(nameKeys(text).length).toBeLessThanOrEqual(96);
        for (const key of nameKeys(text)) expect(key.length).toBeLessThanOrEqual(400);
      }),
    ));

  test('sounds like itself, when it can be matched by sound at all', () =>
    fc.assert(
      fc.property(
        names.filter((name) => !name.includes('*')),
        (name) => {
          const sounds = soundsLike(name);
          if (sounds !== undefined) expect(soundsAlike(new Set(nameKeys(name)), sounds)).toBe(true);
        },
      ),
    ));
});
