/** Namespace of the machine's own types. */
export const typesUri = 'urn:fieldwarden:rig:types';

/** As a maker of machines delivers them: MachineMode, and Recipe { Film, Overlap, Mode, Layers: Layer[] }, Layer { Name, Turns }. */
export const typesNodeset = `<?xml version="1.0" encoding="utf-8"?>
<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd">
  <NamespaceUris><Uri>${typesUri}</Uri></NamespaceUris>
  <Models><Model ModelUri="${typesUri}" Version="1.0.0" PublicationDate="2026-11-30T00:00:00Z"><RequiredModel ModelUri="http://opcfoundation.org/UA/" /></Model></Models>
  <Aliases><Alias Alias="HasSubtype">i=45</Alias><Alias Alias="HasEncoding">i=38</Alias><Alias Alias="HasProperty">i=46</Alias><Alias Alias="HasTypeDefinition">i=40</Alias></Aliases>
  <UADataType NodeId="ns=1;i=3001" BrowseName="1:MachineMode">
    <DisplayName>MachineMode</DisplayName>
    <References><Reference ReferenceType="HasSubtype" IsForward="false">i=29</Reference><Reference ReferenceType="HasProperty">ns=1;i=3101</Reference></References>
    <Definition Name="1:MachineMode"><Field Name="Stopped" Value="0" /><Field Name="SpeedingUp" Value="1" /><Field Name="Producing" Value="2" /><Field Name="SlowingDown" Value="3" /></Definition>
  </UADataType>
  <UAVariable NodeId="ns=1;i=3101" BrowseName="EnumStrings" ParentNodeId="ns=1;i=3001" DataType="i=21" ValueRank="1">
    <DisplayName>EnumStrings</DisplayName>
    <References><Reference ReferenceType="HasTypeDefinition">i=68</Reference><Reference ReferenceType="HasProperty" IsForward="false">ns=1;i=3001</Reference></References>
    <Value><ListOfLocalizedText xmlns="http://opcfoundation.org/UA/2008/02/Types.xsd"><LocalizedText><Text>Stopped</Text></LocalizedText><LocalizedText><Text>SpeedingUp</Text></LocalizedText><LocalizedText><Text>Producing</Text></LocalizedText><LocalizedText><Text>SlowingDown</Text></LocalizedText></ListOfLocalizedText></Value>
  </UAVariable>
  <UADataType NodeId="ns=1;i=3002" BrowseName="1:Layer">
    <DisplayName>Layer</DisplayName>
    <References><Reference ReferenceType="HasSubtype" IsForward="false">i=22</Reference></References>
    <Definition Name="1:Layer"><Field Name="Name" DataType="i=12" /><Field Name="Turns" DataType="i=7" /></Definition>
  </UADataType>
  <UADataType NodeId="ns=1;i=3003" BrowseName="1:Recipe">
    <DisplayName>Recipe</DisplayName>
    <References><Reference ReferenceType="HasSubtype" IsForward="false">i=22</Reference></References>
    <Definition Name="1:Recipe"><Field Name="Film" DataType="i=12" /><Field Name="Overlap" DataType="i=11" /><Field Name="Mode" DataType="ns=1;i=3001" /><Field Name="Layers" DataType="ns=1;i=3002" ValueRank="1" /></Definition>
  </UADataType>
  <UAObject NodeId="ns=1;i=5002" BrowseName="Default Binary" SymbolicName="DefaultBinary">
    <DisplayName>Default Binary</DisplayName>
    <References><Reference ReferenceType="HasEncoding" IsForward="false">ns=1;i=3002</Reference><Reference ReferenceType="HasTypeDefinition">i=76</Reference></References>
  </UAObject>
  <UAObject NodeId="ns=1;i=5003" BrowseName="Default Binary" SymbolicName="DefaultBinary">
    <DisplayName>Default Binary</DisplayName>
    <References><Reference ReferenceType="HasEncoding" IsForward="false">ns=1;i=3003</Reference><Reference ReferenceType="HasTypeDefinition">i=76</Reference></References>
  </UAObject>
</UANodeSet>
`;
