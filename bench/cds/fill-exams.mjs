const nation = '1.3.182.4.4';
const hospitals = ['HOSP-A', 'HOSP-B', 'HOSP-C'];
const examsOfPatient = 5;
/** As many patients are asked about as have an identifier that the nation knows. */
const identified = 5_000;

/**
 * Findable studies of three hospitals, what exam each is, and whose it is: each patient has five in each hospital, over four years. Only the
 * rows that a question about an order reads; nothing waits for them, so that what tells others of new studies is left out.
 */
export async function fillExams({ pool, ids }, studies) {
  const each = Math.ceil(studies / hospitals.length);
  const patients = Math.floor(each / examsOfPatient);
  const client = await pool.connect();
  try {
    await client.query(`set session_replication_role = replica`);
    for (const hospital of hospitals) await fillHospital(client, hospital, { each, patients });
  } finally {
    client.release(true);
  }
  const asked = Math.min(identified, patients);
  for (let patient = 0; patient < asked; patient++)
    await pool.query(
      `insert into patient_ids (patient, person, authority, value) values ($1, md5('P' || $2::text), $3, $4)`,
      [ids.patient(nation, `P${patient}`), String(patient), nation, `P${patient}`],
    );
  await pool.query('vacuum analyze');
  return { patients: asked };
}

async function fillHospital(client, hospital, { each, patients }) {
  await client.query(
    `insert into findable_1.studies select md5($1 || n), $1, '1.2.' || ascii(right($1, 1)) || '.' || n, 'P' || n % $3, '', 'Doe^' || n % 997, 'doe^' || n % 997, '', '',
       to_char(current_date - (n * 7919::bigint % 1500)::int, 'YYYYMMDD'), lpad((n * 31 % 86400)::text, 6, '0'), 'A' || n, '', '', '', 'thorax',
       array[(array['CT', 'MR', 'US', 'CR'])[1 + n % 4]], 1, 1, 1000, 1, '{}', '{}', '{}', '{}'
     from generate_series(1, $2::int) as n`,
    [hospital, each, patients],
  );
  await client.query(
    `insert into study_access (claim, hospital, patient, person, confidentiality, study_date, study_time, study_uid)
     select claim, hospital, md5(patient_id), md5(patient_id), case when abs(hashtext(claim)) % 500 = 0 then 'V' when abs(hashtext(claim)) % 100 = 0 then 'R' else 'N' end,
       study_date, study_time, study_uid from findable_1.studies where hospital = $1`,
    [hospital],
  );
  await client.query(
    `insert into study_exams (claim, hospital, modality_group, regions, coarse, laterality, contrast, purposes, evidence, confidence, started, words, terms)
     select claim, hospital, modalities[1], array[(array['chest', 'abdomen', 'head', 'knee'])[1 + abs(hashtext(claim)) % 4]], '{}', 'none', 'without', '{}',
       'local-code', 0.95, study_date, '{}', 'made' from findable_1.studies where hospital = $1`,
    [hospital],
  );
}
