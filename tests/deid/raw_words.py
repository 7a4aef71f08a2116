"""Raw data with planted identifiers, and the search for them."""

WORDS = ("uackenbush", "MRN77123", "1961", "Grimwade", "Brambleton", "45387", "55443322", "ST99812", "20190302",
         "2019-03-02", "1.2.840.99999")  # fmt: skip

HEADER = """<?xml version="1.0"?>
<ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <!-- scanned for Quackenbush -->
 <subjectInformation><patientName>Quackenbush^Stone</patientName><patientWeight_kg>71.5</patientWeight_kg>
  <patientID>MRN77123</patientID><patientBirthdate>1961-02-03</patientBirthdate><patientGender>F</patientGender></subjectInformation>
 <studyInformation><studyDate>2019-03-02</studyDate><studyTime>10:11:12</studyTime><studyID>ST99812</studyID>
  <accessionNumber>55443322</accessionNumber><referringPhysicianName>Dr Grimwade</referringPhysicianName>
  <studyDescription>Knee of Quackenbush, Ada</studyDescription>
  <studyInstanceUID>1.2.840.99999.1.2.3.4</studyInstanceUID></studyInformation>
 <measurementInformation><measurementID>45387_11111_22222_33</measurementID><seriesDate>2019-03-02</seriesDate>
  <patientPosition>HFS</patientPosition><protocolName>t2_tse_sag Stone MRN77123</protocolName></measurementInformation>
 <acquisitionSystemInformation><systemVendor>SIEMENS</systemVendor><systemModel>Skyra</systemModel>
  <systemFieldStrength_T>2.89</systemFieldStrength_T><receiverChannels>4</receiverChannels>
  <institutionName>Brambleton General Hospital</institutionName>
  <stationName>MRC45387</stationName><deviceSerialNumber>45387</deviceSerialNumber></acquisitionSystemInformation>
 <experimentalConditions><H1resonanceFrequency_Hz>123249000</H1resonanceFrequency_Hz></experimentalConditions>
 <encoding><encodedSpace><matrixSize><x>8</x><y>6</y><z>1</z></matrixSize><fieldOfView_mm><x>300</x><y>200</y><z>5</z></fieldOfView_mm></encodedSpace>
  <reconSpace><matrixSize><x>8</x><y>6</y><z>1</z></matrixSize><fieldOfView_mm><x>300</x><y>200</y><z>5</z></fieldOfView_mm></reconSpace>
  <encodingLimits><kspace_encoding_step_1><minimum>0</minimum><maximum>5</maximum><center>3</center></kspace_encoding_step_1></encodingLimits>
  <trajectory>cartesian</trajectory></encoding>
 <sequenceParameters><TR>2500</TR><TE>33</TE></sequenceParameters>
 <userParameters><userParameterString><name>operator</name><value>Quackenbush</value></userParameterString>
  <userParameterLong><name>averages</name><value>2</value></userParameterLong></userParameters>
</ismrmrdHeader>"""

SEQ = """# Pulseq sequence file
# Created by Dr Quackenbush
[VERSION]
major 1
minor 4
revision 1

[DEFINITIONS]
FOV 0.256 0.256 0.003
Name gre MRN77123
Operator Quackenbush
TE 0.005

[BLOCKS]
1 0 1 0 0 0 0 0
2 100 0 2 0 0 1 0 # Quackenbush

[RF]
1 250.5 1 2 0 0 1.5e-3 0

[SHAPES]

shape_id 1
num_samples 2
1
-0.5
"""


def planted(content: bytes) -> list[str]:
    return [
        w
        for w in WORDS
        if w.lower().encode() in content.lower() or w.lower().encode("utf-16-le") in content.lower()
    ]
